/** As much of an OpenAPI 3.1 document as the page shows. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  default?: unknown;
}
export interface Parameter { name: string; in: string; required?: boolean; description?: string; schema?: Schema }
type Content = Record<string, { schema?: Schema }>;
export interface Answer { $ref?: string; description?: string; content?: Content }
export interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Content; required?: boolean };
  responses?: Record<string, Answer>;
  'x-permission'?: string;
}
export interface Document {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Answer> };
}

export interface Listed { method: string; path: string; operation: Operation }
export interface Group { name: string; description: string | undefined; operations: Listed[] }

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The operations by tag, in the document's order of tags; `text` leaves those whose path, summary or method hold it. */
export function groupsOf(document: Document, text: string): Group[] {
  const needle = text.trim().toLowerCase();
  const groups = new Map<string, Group>((document.tags ?? []).map(({ name, description }) => [name, { name, description, operations: [] }]));
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = operations[method];
      if (!operation || !`${method} ${path} ${operation.summary ?? ''}`.toLowerCase().includes(needle)) continue;
      const tag = operation.tags?.[0] ?? 'other';
      const group = groups.get(tag) ?? { name: tag, description: undefined, operations: [] };
      group.operations.push({ method, path, operation });
      groups.set(tag, group);
    }
  }
  return [...groups.values()].filter(({ operations }) => operations.length > 0);
}

/** What a schema allows, in a few words: 'string (date)', 'list of Row', 'met | partly | missed', 'Person or null'. */
export function typeText(schema: Schema | undefined): string {
  if (!schema) return 'anything';
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' | ');
  const several = schema.oneOf ?? schema.anyOf;
  if (several) {
    const texts = several.map(typeText);
    const other = texts.filter((text) => text !== 'null');
    return [...new Set(other)].join(' | ') + (other.length < texts.length ? ' or null' : '');
  }
  if (schema.allOf) return schema.allOf.map(typeText).join(' with ');
  if (schema.type === 'null') return 'null';
  const types = [schema.type ?? (schema.properties ? 'object' : 'anything')].flat();
  const text = types.filter((type) => type !== 'null').map((type) => {
    if (type === 'array') return `list of ${typeText(schema.items)}`;
    if (type === 'object' && typeof schema.additionalProperties === 'object') return `map of ${typeText(schema.additionalProperties)}`;
    return schema.format === undefined ? type : `${type} (${schema.format})`;
  }).join(' | ');
  return types.includes('null') ? `${text} or null` : text;
}

/** Limits of a value, as a reader needs them: 'at most 200 characters'. */
export function limitsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems, default: standard }: Schema): string {
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    if (low !== undefined && high !== undefined) return `${low} to ${high}${unit}`;
    if (high !== undefined) return `at most ${high}${unit}`;
    return low === undefined || low === 0 ? '' : `at least ${low}${unit}`;
  };
  const parts = [range(minimum, maximum, ''), range(minLength, maxLength, ' characters'), range(minItems, maxItems, ' entries'), standard === undefined ? '' : `else ${JSON.stringify(standard)}`];
  return parts.filter((part) => part !== '').join(', ');
}

export interface Property { name: string; schema: Schema; required: boolean }

/** The fields of a schema with those it takes over from others. */
export function propertiesOf(document: Document, schema: Schema | undefined, depth = 0): Property[] {
  if (!schema || depth > 8) return [];
  if (schema.$ref !== undefined) return propertiesOf(document, document.components?.schemas?.[nameOf(schema.$ref)], depth + 1);
  const own = Object.entries(schema.properties ?? {}).map(([name, value]) => ({ name, schema: value, required: schema.required?.includes(name) ?? false }));
  return [...(schema.allOf ?? []).flatMap((part) => propertiesOf(document, part, depth + 1)), ...own];
}

/** Names of schemas that can be opened from a schema. */
export function namedIn(schema: Schema | undefined): string[] {
  if (!schema) return [];
  if (schema.$ref !== undefined) return [nameOf(schema.$ref)];
  const parts = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.items ? [schema.items] : []), ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [])];
  return [...new Set(parts.flatMap(namedIn))];
}

export function answerOf(document: Document, answer: Answer): Answer {
  return answer.$ref === undefined ? answer : (document.components?.responses?.[nameOf(answer.$ref)] ?? answer);
}

export function schemaIn(content: Content | undefined): [media: string, schema: Schema | undefined] | undefined {
  const [first] = Object.entries(content ?? {});
  return first && [first[0], first[1].schema];
}
