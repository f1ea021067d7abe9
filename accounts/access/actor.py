"""Who acts, and for whom: given to every service."""

from dataclasses import dataclass, field

from accounts.organisations.models import Organisation
from accounts.users.models import User


@dataclass(frozen=True)
class Actor:
    """A person with the organisation they act for or the staff role they hold; or a named job of the exchange."""

    user: User | None = None
    organisation: Organisation | None = None
    roles: frozenset[str] = frozenset()
    staff_role: str = ""
    system_name: str = ""
    organisations: tuple[Organisation, ...] = field(default=(), compare=False, repr=False)  # all one may act for

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A job of the exchange, such as the clock."""
        return cls(system_name=name)

    @property
    def is_system(self) -> bool:
        """Whether no person acts."""
        return bool(self.system_name)

    @property
    def is_staff(self) -> bool:
        """Whether a staff role is held."""
        return bool(self.staff_role)

    @property
    def label(self) -> str:
        """Name kept in records: never an address, never a personal number."""
        if self.is_system:
            return f"system:{self.system_name}"
        return f"user:{self.user.pk}" if self.user else "nobody"

    @property
    def acting_for(self) -> str:
        """The organisation in records, as text."""
        return f"organisation:{self.organisation.pk}" if self.organisation else ""
