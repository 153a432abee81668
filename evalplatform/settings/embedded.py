"""The default: everything on one machine, in one data folder, started by `manage.py up`."""

from evalplatform.settings.base import *
from evalplatform.settings.database import postgres_database, sqlite_database
from evalplatform.settings.env import data_folder, make_private, read_list, read_number, read_text
from evalplatform.settings.logs import configure_logs
from evalplatform.settings.secrets import generate_master_key, generate_secret_key, keep_secret
from evalplatform.settings.security import *
from evalplatform.settings.store import *
from evalplatform.settings.texts import *

EMBEDDED = True
DEBUG = False
_data = data_folder()
make_private(_data)

SECRET_KEY = keep_secret(_data, "secret_key", generate_secret_key)
EVALPLATFORM_MASTER_KEYS = [keep_secret(_data, "master_key", generate_master_key)]
ALLOWED_HOSTS = read_list("EVALPLATFORM_HOSTS", "127.0.0.1,localhost,[::1]")
EVALPLATFORM_PRIVATE_HOSTS = read_list("EVALPLATFORM_PRIVATE_HOSTS", "127.0.0.1,::1")
EVALPLATFORM_TRUSTED_PROXIES = int(read_number("EVALPLATFORM_TRUSTED_PROXIES", 0))

_url = read_text("DATABASE_URL")
DATABASES = {"default": postgres_database(_url) if _url else sqlite_database(_data / "evalplatform.sqlite3")}
REDIS_URL = read_text("REDIS_URL") or embedded_store_url(_data)
CELERY_BROKER_URL = broker_url(REDIS_URL)

WHITENOISE_USE_FINDERS = True
LOGGING = configure_logs(as_json=False, level=read_text("EVALPLATFORM_LOG_LEVEL", "INFO"))
