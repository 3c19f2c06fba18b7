/** SQL that holds for the contacts of a workspace that a user sees: shared ones, and the user's own (B7, B8). */
export function visibleTo(userId: string): string {
  return `(contact.private_owner_id IS NULL OR contact.private_owner_id = ${userId})`
}
