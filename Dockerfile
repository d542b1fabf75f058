# Builds the same binary as `make build`, with its C parts (H3, SQLite), and
# runs it as a user without rights.
FROM golang:1.26-bookworm AS build
ARG VERSION=dev
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=${VERSION}" -o /out/domicile ./cmd/domicile \
 && mkdir -p /out/data

FROM debian:bookworm-slim
RUN useradd --system --uid 65532 --no-create-home --home-dir /var/lib/domicile domicile
COPY --from=build /out/domicile /usr/local/bin/domicile
COPY --from=build --chown=65532:65532 /out/data /var/lib/domicile
USER 65532:65532
ENV DOMICILE_DATA=/var/lib/domicile
VOLUME /var/lib/domicile
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
  CMD ["/usr/local/bin/domicile", "health"]
ENTRYPOINT ["/usr/local/bin/domicile"]
CMD ["serve"]
