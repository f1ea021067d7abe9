"""Parameters in force on a day, and stored evaluations."""

import datetime as dt

from django.db.models import Model, Q

from exchange.rules.engine import Parameters
from exchange.rules.models import Evaluation, RuleParameter


def subject_of(record: Model | str) -> str:
    """The text by which a record is named in evaluations; it outlives the row."""
    return record if isinstance(record, str) else f"{record._meta.label_lower}:{record.pk}"


def parameters(on: dt.date) -> Parameters:
    """Values in force on a day: for each name the approved row that began last and has not ended."""
    rows = RuleParameter.objects.in_force(on).values_list("name", "value", "pk")
    return Parameters(day=on, values={name: value for name, value, _ in rows}, rows={name: pk for name, _, pk in rows})


def latest_evaluation(subject: Model | str, stage: str) -> Evaluation | None:
    """The evaluation of a subject that counts now: the last one made at this stage."""
    return Evaluation.objects.filter(subject=subject_of(subject), stage=stage).order_by("-pk").first()


def history(name: str) -> list[RuleParameter]:
    """Every value a parameter had, has or is proposed to have, newest first."""
    return list(
        RuleParameter.objects.filter(Q(name=name))
        .select_related("proposed_by", "approved_by")
        .order_by("-valid_from", "-pk")
    )
