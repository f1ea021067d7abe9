"""Pages of a person's own account."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.users import services
from accounts.users.forms import ProfileForm
from accounts.users.models import User
from exchange.common.views import ActOn


class ProfileEdit(ActOn):
    """Correct one's own name and language."""

    form_class = ProfileForm
    template_name = "accounts/users/profile.html"
    success_message = _("Your details are saved.")

    def get_record(self) -> User:
        """The person signed in."""
        return self.request.user

    def get_initial(self) -> dict[str, Any]:
        """What is on record."""
        return {"full_name": self.record.full_name, "language": self.record.language}

    def act(self, form: ProfileForm) -> User:
        """Save it."""
        return services.save_profile(actor=self.request.user, **form.cleaned_data)

    def get_success_url(self, result: User) -> str:
        """The same page in the language chosen."""
        with override(result.language):
            return reverse("accounts:profile")
