import type { Role } from '../api/types';

export const roleNames: Record<Role, string> = {
  product_manager: 'Product manager', product_owner: 'Product owner', scrum_master: 'Scrum master', developer: 'Developer', stakeholder: 'Stakeholder', viewer: 'Viewer',
};
export const roles = Object.keys(roleNames) as Role[];

/** As it stands in a sentence. */
export const roleName = (role: Role): string => roleNames[role].toLowerCase();
