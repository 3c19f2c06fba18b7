// Only `prisma generate` reads this; migrations are applied by `npm run migrate` (src/database/migrate.ts).
export default { schema: 'prisma/schema.prisma' }
