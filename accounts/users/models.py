"""People who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A person with a hashed password."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """An account for set-up work only; it holds no business power."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are compared without regard to case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person; signs in with an e-mail address. Rights come from memberships and staff appointments."""

    email = models.EmailField(_("E-mail address"), unique=True)
    full_name = models.CharField(_("Full name"), max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=[("vi", "vi"), ("en", "en")], default="vi")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """Name shown to others; the address where no name was given."""
        return str(self)

    def get_short_name(self) -> str:
        """The same as the full name: Vietnamese names are not shortened."""
        return str(self)


def anonymous_user(model: type[User]) -> User:
    """The row django-guardian keeps for visitors without account; it can never sign in."""
    return model(email="anonymous@exchange.invalid", is_active=False, password="!")  # noqa: S106 - no hash: never matches
