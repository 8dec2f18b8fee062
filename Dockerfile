# Build: docker build -t evergreen .
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements/base.txt requirements/
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/base.txt
COPY manage.py ./
COPY backend backend
# The settings refuse to load without secrets; these last for this line only.
RUN export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        JWT_SIGNING_KEY="$(python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
        ALLOWED_HOSTS=build.invalid APP_URL=https://build.invalid DATABASE_URL=postgresql://build@/build STATIC_ROOT=/app/static \
        DJANGO_SETTINGS_MODULE=backend.config.settings.production \
    && /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin evergreen \
    && install -d -o evergreen /var/lib/evergreen/media
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY docker/granian-logging.json docker/
# Threads and pool go together: each thread uses one connection, and none should wait for another's.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=backend.config.settings.production \
    STATIC_ROOT=/app/static \
    MEDIA_ROOT=/var/lib/evergreen/media \
    DB_POOL_SIZE=4 \
    GRANIAN_WORKERS=2 \
    MALLOC_ARENA_MAX=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    GRANIAN_LOG_CONFIG=docker/granian-logging.json
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["granian", "backend.config.wsgi:application", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers-kill-timeout", "8"]
