/** SQL condition for the contacts of a workspace that a user can see: shared contacts, and the user's private ones (B7, B8). */
export function visibleTo(userId: string): string {
  return `(contact.private_owner_id IS NULL OR contact.private_owner_id = ${userId})`
}
