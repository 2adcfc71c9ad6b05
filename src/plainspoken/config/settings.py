"""Django settings. What differs between firms comes from the environment or from PLAINSPOKEN_HOME."""

from datetime import timedelta
from pathlib import Path

from django.conf import global_settings

from plainspoken.config import environment

PACKAGE = Path(__file__).resolve().parent.parent
HOME = environment.home()
DEMO = environment.demo()
TEST_CLOCK = environment.test_clock()
DEBUG = False

SECRET_KEY = environment.django_secret_key(HOME)
ALLOWED_HOSTS = environment.allowed_hosts()
CSRF_TRUSTED_ORIGINS = environment.trusted_origins()
PUBLIC_URL = environment.public_url()

SLICES = [
    "kernel",
    "ui",
    "law",
    "organization",
    "work",
    "customers",
    "channels",
    "content",
    "conversations",
    "cases",
    "supervision",
    "rulebook",
    "portal",
    "desk",
    "demo",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth.account",
    "django_htmx",
    "pgtrigger",
    *[f"plainspoken.{name}" for name in SLICES],
]

MIDDLEWARE = [
    "plainspoken.config.logs.request_log",
    "plainspoken.ui.middleware.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "plainspoken.ui.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "plainspoken.organization.middleware.reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "plainspoken.ui.middleware.problem_answers",
]
ROOT_URLCONF = "plainspoken.config.urls"
WSGI_APPLICATION = "plainspoken.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "plainspoken.ui.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "plainspoken.ui.templatetags.ui",
            ],
        },
    }
]

FORM_RENDERER = "plainspoken.ui.forms.Renderer"
CSRF_FAILURE_VIEW = "plainspoken.ui.problems.csrf_failure"

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Failed sign-ins are counted here: a small limit would let an attacker push the counts out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}

AUTH_USER_MODEL = "organization.Person"
# The one password of a demo is published; its first start would take ten seconds more to hide it well.
PASSWORD_HASHERS = (
    ["plainspoken.demo.hasher.PublishedPassword"] if DEMO else []
) + global_settings.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "plainspoken.organization.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "plainspoken.organization.passwords.NotAboutThePerson",
        "OPTIONS": {"user_attributes": ["username", "name_zh", "name_en", "email", "staff_number"]},
    },
    {"NAME": "plainspoken.organization.passwords.NotGuessable"},
]
LOGIN_URL = "organization.session.sign_in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "plainspoken.organization.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE = 12 * 60 * 60
# The step between password and session waits this long for a code.
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
# Who reaches us by https comes through one proxy, which tells us their address.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.secure() else 0


USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
# Every address of a static file carries the digest of its content, so browsers may keep it for good.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 60 * 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_ENGINE = "plainspoken.organization.sessions"
SESSION_IDLE = timedelta(minutes=environment.session_idle_minutes())
# A screen asks for these by itself: they are no sign that somebody sits before it.
SESSION_UNMOVED_BY = "/live/"
SESSION_COOKIE_NAME = environment.cookie_name("session", of_this_port=True)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.secure()
CSRF_COOKIE_NAME = environment.cookie_name("csrf", of_this_port=True)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = environment.secure()
LANGUAGE_COOKIE_NAME = environment.cookie_name("language")
THEME_COOKIE_NAME = environment.cookie_name("theme")
# Words for the next page stay on our side: a cookie would carry what they say of customers.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if environment.secure() else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.secure() else None
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = "plainspoken.config.logs.configure"
LOGGING = {"level": environment.log_level()}
