"""The clock of the log: comparison with the business rows, witnesses, shape of the database."""

from exchange.jobs.registry import periodic
from exchange.transparency import reconcile, schema, witnesses


@periodic("exchange.transparency.reconcile", cron="20 19 * * *")  # 02:20 in Viet Nam
def compare_rows() -> None:
    """Every night: each logged record against its leaf and against the business row it committed to."""
    reconcile.run()


@periodic("exchange.transparency.ask_witnesses", cron="* * * * * */10")
def ask_witnesses() -> None:
    """Show the newest checkpoint to every configured witness and keep what they say."""
    witnesses.ask_all()


@periodic("exchange.transparency.note_schema", cron="7 * * * *")
def note_schema() -> None:
    """Every hour: a leaf commits to tables, triggers and functions, so that a removed wall shows within the hour."""
    schema.note()
