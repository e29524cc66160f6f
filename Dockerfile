# An image with cors-harness and the three browsers that it drives. It plays the cases of the folder that is mounted:
#   docker build -t cors-harness .
#   docker run --rm --init --shm-size 1g -v "$PWD:/work" cors-harness run
FROM rust:1-bookworm AS build
RUN cargo install geckodriver --version 0.37.1 --locked
WORKDIR /source
COPY . .
RUN cargo install --locked --path .

FROM debian:bookworm-slim
# Browsers are to be current, so their versions are not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates chromium chromium-driver firefox-esr libwebkit2gtk-4.1-0 webkit2gtk-driver xvfb \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/cargo/bin/cors-harness /usr/local/cargo/bin/geckodriver /usr/local/bin/
WORKDIR /work
ENTRYPOINT ["cors-harness"]
CMD ["run"]
