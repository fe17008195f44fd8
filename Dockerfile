# docker build -t throughline .
#
# To try it on this machine alone:
#   docker run -p 127.0.0.1:7400:7400 -v throughline:/data -e THROUGHLINE_ALLOW_HTTP=true \
#     -e THROUGHLINE_PUBLIC_ORIGIN=http://127.0.0.1:7400 throughline
# Behind a proxy that speaks HTTPS:
#   docker run -p 127.0.0.1:7400:7400 -v throughline:/data -e THROUGHLINE_PUBLIC_ORIGIN=https://line.example.org \
#     -e THROUGHLINE_TRUSTED_PROXIES=172.17.0.1 throughline

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
# In the environment, so that `docker exec … throughline backup` and the like find the same data.
ENV THROUGHLINE_DATA=/data THROUGHLINE_LISTEN=0.0.0.0:7400
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["throughline", "healthcheck"]
ENTRYPOINT ["throughline"]
CMD ["serve"]
