# Debian's Python: its modules are compiled already, which the image `python` leaves to each start.
FROM debian:13-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils python3-pip
WORKDIR /src
RUN python3 -m venv --without-pip /opt/venv
COPY requirements.lock ./
RUN pip --python /opt/venv install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY tools/slim.py tools/slim.py
# What other packages ask for and never load as the bot uses them goes; tests/test_slim.py tries it.
RUN pip --python /opt/venv install --no-cache-dir --no-deps . \
    && pip --python /opt/venv uninstall --yes \
        dateparser markdown-it-py mdurl pycparser pygments pytz regex \
    && /opt/venv/bin/python tools/slim.py \
    && find /opt/venv -name '*.so*' -type f -exec strip --strip-unneeded {} +

FROM debian:13-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 tzdata \
    && rm -rf /var/lib/apt/lists /var/cache/apt
COPY --from=build /opt/venv /opt/venv
ENV LANG=C.UTF-8 \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
# A number, not a name: orchestrators can then see that it is not root.
RUN mkdir data && chown 10001:10001 data
USER 10001:10001
VOLUME ["/app/data"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["policy-herald", "health"]
ENTRYPOINT ["policy-herald"]
CMD ["run"]
# Last, as they change with every commit.
ARG VERSION=unreleased
ARG REVISION=unknown
ENV HERALD_REVISION=$REVISION
LABEL org.opencontainers.image.title="Policy Herald" \
      org.opencontainers.image.description="A Telegram bot on migration and asylum policy" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
