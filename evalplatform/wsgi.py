import os

from django.core.wsgi import get_wsgi_application

from evalplatform.common.charset import read_as_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalplatform.settings.embedded")
application = read_as_utf8(get_wsgi_application())
