# docker build -t throughline . && docker run -p 7400:7400 -v throughline:/data throughline

FROM node:22-bookworm-slim AS ui
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS server
WORKDIR /src
COPY . .
COPY --from=ui /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked -p throughline-cli && cp target/release/throughline /throughline

FROM debian:bookworm-slim
RUN useradd --system --uid 7400 --no-create-home --shell /usr/sbin/nologin throughline \
    && install --directory --owner=throughline --group=throughline --mode=0700 /data
COPY --from=server /throughline /usr/local/bin/throughline
USER throughline
VOLUME /data
EXPOSE 7400
# No HEALTHCHECK: the image holds no HTTP client. Let the orchestrator ask /healthz and /readyz.
ENTRYPOINT ["throughline"]
CMD ["serve", "--data", "/data", "--listen", "0.0.0.0:7400"]
