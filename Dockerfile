# One image for every process: web, worker, beat, mail listener and the one-shot migration differ by command only.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /venv/bin/python -m pip install --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 helpdesk \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin helpdesk \
    && install -d -o helpdesk -g helpdesk -m 0700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY . /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    ENV_FILE=/dev/null \
    STATIC_ROOT=/srv/static \
    WEB_HOST=0.0.0.0 \
    MAIL_LISTEN_HOST=0.0.0.0 \
    LOG_FORMAT=json
# The words of every language get their compiled form and the files their hashed names here, so that the running
# container needs no writable copy of them. The key is made up for this one command and ends with it: production files
# carry no signature. Uploads are for their owner alone, and collected files are written by the same rule: open them again.
RUN DATA_DIR=/tmp/build BASE_URL=https://build.invalid \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    sh -c 'python manage.py compile_messages && python manage.py collectstatic --noinput --verbosity 0' \
    && chmod -R a+rX /srv/static && rm -rf /tmp/build
USER 10001:10001
VOLUME /data
EXPOSE 8000 2525
CMD ["python", "manage.py", "run_web"]
