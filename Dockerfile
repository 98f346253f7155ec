# The programs of this repository: routesrv (route server), routesrv-operator and kubectl-routesrv.
# `npm ci && npm run build` first; the image only takes what that made. `command: ["routesrv"]` picks the program.
ARG BASE_IMAGE=docker.io/library/node:24-bookworm-slim
FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="routesrv"
LABEL org.opencontainers.image.licenses="Apache-2.0"
COPY dist/ /usr/
# What a program keeps is kept for long: a large nursery only adds to its memory. Source maps would add 60 MB; the
# names in stack traces are the sources' own without them (docs/adr/0046).
# V8's threads take memory of malloc; an arena for each of them keeps what nobody needs any more (docs/adr/0065).
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 NODE_OPTIONS="--max-semi-space-size=8 --disable-warning=DEP0040"
# A number, so that `runAsNonRoot` can be checked without the image's user database.
USER 65534:65534
EXPOSE 9990 9911
CMD ["routesrv"]
