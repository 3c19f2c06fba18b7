/** The text without case and accents, as names are searched and sorted (B4, B5). */
export const plainText = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
