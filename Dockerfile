# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run postinstall && npm run build

# `docker build --target simulator`: a simulated HubSpot, to try the product without a portal.
FROM build AS simulator
USER node
EXPOSE 8484
CMD ["node", "--import", "tsx", "simulator/main.ts", "--port", "8484"]

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

# Writes no file, so the root file system can be read-only.
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY prisma/migrations ./prisma/migrations
COPY --from=build /app/dist ./dist
USER node
EXPOSE 4000 9464
# SIGTERM ends the process in good order. Use dist/work.js for a worker, and dist/migrate.js before either.
CMD ["node", "dist/serve.js"]
