"""Many hosts behind a TLS proxy: everything comes from the environment, and a missing secret stops the boot."""

from django.core.exceptions import ImproperlyConfigured

from evalplatform.settings.base import *
from evalplatform.settings.database import postgres_database
from evalplatform.settings.env import read_list, read_number, read_text, require_text
from evalplatform.settings.logs import configure_logs
from evalplatform.settings.secrets import check_secret_key
from evalplatform.settings.security import *
from evalplatform.settings.store import *
from evalplatform.settings.texts import *

EMBEDDED = False
DEBUG = False
SECRET_KEY = check_secret_key(require_text("SECRET_KEY", "sessions and links are signed with it"))
EVALPLATFORM_MASTER_KEYS = read_list("EVALPLATFORM_MASTER_KEYS")
if not EVALPLATFORM_MASTER_KEYS:
    raise ImproperlyConfigured(
        "EVALPLATFORM_MASTER_KEYS is not set: provider keys are encrypted with it, newest first"
    )
ALLOWED_HOSTS = read_list("EVALPLATFORM_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("EVALPLATFORM_HOSTS must name the hosts served, never *")
EVALPLATFORM_PRIVATE_HOSTS = read_list("EVALPLATFORM_PRIVATE_HOSTS")
EVALPLATFORM_TRUSTED_PROXIES = int(read_number("EVALPLATFORM_TRUSTED_PROXIES", 1))

DATABASES = {"default": postgres_database(require_text("DATABASE_URL", "production runs on PostgreSQL"))}
REDIS_URL = require_text("REDIS_URL", "workers are woken through Redis")
CELERY_BROKER_URL = broker_url(REDIS_URL)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING = configure_logs(as_json=True, level=read_text("EVALPLATFORM_LOG_LEVEL", "INFO"))
