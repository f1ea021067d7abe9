"""Transition tables: one table per machine drives code, buttons, the next-step panel and the printed diagram."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from exchange.common.errors import IllegalMove


@dataclass(frozen=True)
class Move:
    """One row of a table: action, states it starts from, state it leads to, who may do it, guard and clock."""

    action: str
    sources: tuple[str, ...]
    target: str
    actor: str
    guard: str = ""
    clock: str = ""


@dataclass(frozen=True)
class Flow:
    """A machine: its name and its rows."""

    name: str
    moves: tuple[Move, ...]
    table: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __init__(self, name: str, moves: Iterable[Move]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "moves", tuple(moves))
        table: dict[tuple[str, str], Move] = {}
        for move in self.moves:
            for source in move.sources:
                if (source, move.action) in table:
                    raise ValueError(f"{name}: two rows for {source} {move.action}")
                table[source, move.action] = move
        object.__setattr__(self, "table", table)

    @property
    def states(self) -> set[str]:
        """Every state the table names."""
        return {state for move in self.moves for state in (*move.sources, move.target)}

    def after(self, state: str, action: str) -> str:
        """The state that follows; raises IllegalMove where the table has no row."""
        move = self.table.get((state, action))
        if move is None:
            raise IllegalMove()
        return move.target

    def allows(self, state: str, action: str) -> bool:
        """Whether the table has a row for this state and action."""
        return (state, action) in self.table

    def actions(self, state: str) -> list[str]:
        """Actions possible in a state, in the order of the table."""
        return [move.action for move in self.moves if state in move.sources]

    def sources(self, action: str) -> list[str]:
        """States an action is possible in, in the order of the table."""
        return [source for move in self.moves if move.action == action for source in move.sources]

    def is_final(self, state: str) -> bool:
        """Whether nothing leads out of the state."""
        return not self.actions(state)
