# syntax=docker/dockerfile:1
# The image of both programs: `docker build --tag sluicegate .` - docs/how-to/run-containers.md
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /source
COPY . .
RUN helm/image/install.sh /opt/sluicegate

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Sluicegate" \
      org.opencontainers.image.description="A schema registry and a streaming validator." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
COPY --from=build /opt/sluicegate /opt/sluicegate
ENV PATH=/opt/sluicegate/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080 9090
# The registry answers on 8080; a validator is given SLUICEGATE_HEALTH_URL=http://127.0.0.1:9090/health.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "/opt/sluicegate/share/health.py"]
ENTRYPOINT ["sluicegate"]
CMD ["--help"]
