FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY tools/cldr.py tools/cldr.py
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps . \
    && /opt/venv/bin/pip uninstall --yes pip \
    && /opt/venv/bin/python tools/cldr.py

FROM python:3.13-slim
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
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
