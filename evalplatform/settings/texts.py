"""Languages and time."""

from django.utils.translation import gettext_lazy as _

from evalplatform.settings.env import REPOSITORY

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [REPOSITORY / "evalplatform" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
