export interface Owner {
  id: string
  userId?: number
  email: string
  firstName: string
  lastName: string
  archived: boolean
}

export const DEFAULT_OWNERS: readonly Owner[] = [
  {
    id: '41629779',
    userId: 5709857,
    email: 'dana@portal.example',
    firstName: 'Dana',
    lastName: 'Whitfield',
    archived: false,
  },
  {
    id: '41629780',
    userId: 5709858,
    email: 'ravi@portal.example',
    firstName: 'Ravi',
    lastName: 'Menon',
    archived: false,
  },
  {
    id: '41629781',
    userId: 5709859,
    email: 'sofie@portal.example',
    firstName: 'Sofie',
    lastName: 'Lindgren',
    archived: false,
  },
  { id: '41629782', email: 'left@portal.example', firstName: 'Gone', lastName: 'Away', archived: true },
]
