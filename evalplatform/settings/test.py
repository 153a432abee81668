"""For the test suite, which names a data folder of its own: a file database, so that threads and processes see it."""

from evalplatform.settings.base import *
from evalplatform.settings.database import postgres_database, sqlite_database
from evalplatform.settings.env import read_text
from evalplatform.settings.logs import configure_logs
from evalplatform.settings.secrets import generate_master_key, generate_secret_key
from evalplatform.settings.security import *
from evalplatform.settings.store import *
from evalplatform.settings.texts import *

EMBEDDED = True
DEBUG = False
SECRET_KEY = generate_secret_key()
EVALPLATFORM_MASTER_KEYS = [generate_master_key()]
EVALPLATFORM_PRIVATE_HOSTS = ["127.0.0.1", "::1"]
EVALPLATFORM_TRUSTED_PROXIES = 0
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

_url = read_text("DATABASE_URL")
if _url:
    DATABASES = {"default": postgres_database(_url)}
    DATABASES["default"]["TEST"] = {"TEMPLATE": read_text("TEST_TEMPLATE") or None}
else:
    DATABASES = {"default": sqlite_database(EVALPLATFORM_DATA / "evalplatform.sqlite3")}
    DATABASES["default"]["TEST"] = {"NAME": EVALPLATFORM_DATA / "test.sqlite3"}
REDIS_URL = read_text("REDIS_URL") or "unix:///nonexistent/valkey.sock"
CELERY_BROKER_URL = broker_url(REDIS_URL)

# A new judge's repeats are asked for by the tests that are about them.
EVALPLATFORM_REPEATS = 1

# Argon2 is slow on purpose; the suite signs in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = configure_logs(as_json=True, level="WARNING")
