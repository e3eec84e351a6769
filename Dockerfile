# Stage 1: the locked dependencies, checked against their hashes.
FROM python:3.13-slim AS build
COPY requirements/run.lock /tmp/run.lock
RUN python -m venv /opt/earshot && /opt/earshot/bin/pip install --no-cache-dir --require-hashes -r /tmp/run.lock

# Stage 2: no compiler, no pip cache, no root.
FROM python:3.13-slim
RUN useradd --system --uid 65532 --home-dir /data earshot && install -d -o 65532 -g 65532 -m 0700 /data
COPY --from=build /opt/earshot /opt/earshot
COPY bot /app/bot
COPY cogs /app/cogs
COPY core /app/core
WORKDIR /app
ENV PATH=/opt/earshot/bin:$PATH EARSHOT_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Machine code for the processor of the machine that builds the image; another one compiles at its first start.
RUN python -m bot compile
USER 65532:65532
VOLUME /data
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
