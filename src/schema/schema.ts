import './scalars.ts'
import './user-error.ts'
import './viewer.ts'
import './api-token.ts'
import './contact.ts'
import './contact-changed.ts'
import './account.ts'
import './custom-field.ts'
import './hubspot-connection.ts'
import './hubspot-list.ts'
import './hubspot-property.ts'
import './sync-settings.ts'
import './sync-run.ts'
import './sync-error.ts'
import './sync-error-raised.ts'
import { builder } from './builder.ts'

/** Every concept adds itself to the builder by being imported above. */
export const schema = builder.toSchema({ sortSchema: false })
