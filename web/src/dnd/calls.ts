/** What a page asks of the table: the app knows every kind, `docs/reference/dnd-calls.md` lists them. */
export interface Call {
  readonly call: string;
  readonly [field: string]: unknown;
}

export const CONDITIONS = [
  "blinded", "charmed", "deafened", "frightened", "grappled", "incapacitated", "invisible",
  "paralyzed", "petrified", "poisoned", "prone", "restrained", "stunned", "unconscious",
] as const;

export const DAMAGE_TYPES = [
  "bludgeoning", "piercing", "slashing", "fire", "cold", "lightning", "thunder",
  "acid", "poison", "necrotic", "radiant", "psychic", "force",
] as const;

export const ABILITIES = [
  ["str", "Strength"],
  ["dex", "Dexterity"],
  ["con", "Constitution"],
  ["int", "Intelligence"],
  ["wis", "Wisdom"],
  ["cha", "Charisma"],
] as const;

export const SKILLS = [
  "acrobatics", "animal handling", "arcana", "athletics", "deception", "history", "insight", "intimidation",
  "investigation", "medicine", "nature", "perception", "performance", "persuasion", "religion", "sleight of hand",
  "stealth", "survival",
] as const;

export const ACTIONS = ["dodge", "dash", "disengage", "help", "hide", "ready"] as const;
