"""All people asked about one line of the table."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps

from tests.permissions.answers import TEXT, answers
from tests.permissions.probe import Prober
from tests.permissions.table import Route, written
from tests.permissions.world import PEOPLE, World

# noun of an object -> the parameter by which use cases call it
KEYS = {
    "dispute": "dispute_id",
    "order": "order_id",
    "asset": "asset_id",
    "revision": "revision_id",
    "listing": "listing_id",
    "case": "case_id",
    "evidence": "evidence_id",
    "paper": "evidence_id",
    "staff": "appointment_id",
    "member": "membership_id",
    "invitation": "invitation_id",
    "organisation": "organisation_id",
    "transfer": "transfer_id",
    "file": "file_id",
    "entitlement": "entitlement_id",
    "batch": "batch_id",
    "payout": "payout_id",
    "line": "line_id",
    "booking": "booking_id",
    "parameter": "parameter_id",
}


def about(world: World, route: Route, name: str) -> dict[str, Any]:
    """Arguments of an address about an object; `record` is the row of the register the address belongs to."""
    if name == "-":
        return {}
    found = _row_of_register(world, route.name) if name == "record" else world.objects[name]
    return {key: found[key] for key in route.parameters}


def _row_of_register(world: World, route: str) -> dict[str, Any]:
    """A named row where the market has one, else whatever the register holds, else a number nobody was given."""
    known = world.objects.get(world.row_of(route))
    if known:
        return known
    floor, model = route.partition(":")[2].split("_")[:2]
    row = apps.get_model(floor, model)._base_manager.first()
    return {"object_id": str(row.pk if row else 0)}


def letters_of(
    prober: Prober, route: Route, method: str, name: str, people: Iterable[str] = tuple(PEOPLE)
) -> dict[str, str]:
    """What every person is answered."""
    url = route.path(about(prober.world, route, name))
    body = answers(prober.world, route.name, name) if method == "POST" else None
    return {who: prober.ask(method, url, who, body) for who in people}


def proposed(prober: Prober, what: Route | str, call: Callable | None = None) -> list[str]:
    """Lines for an unknown address or use case, as it answers now, about the first object that fits."""
    if isinstance(what, Route):
        name = _fitting(prober.world, what)
        if name is None:
            return [f"# {what.name}: name an object with {', '.join(what.parameters)} in tests/permissions/world.py"]
        return [
            written(what.name, method, [name], letters_of(prober, what, method, name)) for method in ("GET", "POST")
        ]
    name = objects_of_call(call)[0]
    return [written(what, "CALL", [name], letters_of_call(prober, call, name))]


def _fitting(world: World, route: Route) -> str | None:
    if not route.parameters:
        return "-"
    if route.name.startswith("admin:") and route.parameters == ("object_id",):
        return "record"
    wanted = set(route.parameters)
    nouns = {
        "orders": "order.",
        "certificates": "certificate.",
        "register": "asset.",
        "datasets": "asset.",
        "disputes": "dispute.",
    }
    noun = next((noun for folder, noun in nouns.items() if f"{folder}/" in route.template), "")
    fits = [name for name, kwargs in world.objects.items() if wanted <= set(kwargs)]
    return next((name for name in fits if name.startswith(noun)), None)


def objects_of_call(function: Callable) -> list[str]:
    """Objects whose noun is a parameter of the use case (used to propose a line)."""
    parameters = inspect.signature(function).parameters
    return [noun for noun, key in KEYS.items() if key in parameters][:1] or ["-"]


def letters_of_call(prober: Prober, function: Callable, name: str) -> dict[str, str]:
    """What a use case answers to every person, and to a job."""
    return {who: prober.call(function, who, arguments(prober.world, function, name)) for who in (*PEOPLE, "job")}


def arguments(world: World, function: Callable, name: str) -> dict[str, Any]:
    """The named row where the use case asks for one; anything of the right kind for the rest."""
    row = world.row(name)
    given = {} if name == "-" else {KEYS[name.partition(".")[0]]: row.pk}
    given |= world.given.get(f"{function.__module__}.{function.__name__}", {})
    made = {"version": getattr(row, "version", 1)}
    for key, parameter in inspect.signature(function).parameters.items():
        if key == "actor" or key in given or parameter.default is not inspect.Parameter.empty:
            continue
        given[key] = made[key] if key in made else world.others[key] if key in world.others else _of_kind(parameter)
    return given


def _of_kind(parameter: inspect.Parameter) -> Any:
    kind = str(parameter.annotation)
    makers = {
        "bool": True,
        "int": 0,
        "dict": {},
        "Mapping": {},
        "Iterable": [],
        "list": [],
        "Collection": [],
        "date": None,
    }
    return next((made for word, made in makers.items() if word in kind), TEXT)
