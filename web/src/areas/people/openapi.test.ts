import { expect, test } from 'vitest';
import { type Document, groupsOf, limitsOf, namedIn, propertiesOf, typeText } from './openapi';

const document: Document = {
  info: { title: 'T', version: '1' },
  tags: [{ name: 'objects' }, { name: 'accounts', description: 'Who' }],
  paths: {
    '/me': { get: { tags: ['accounts'], summary: 'Who one is' } },
    '/objects/{object}': { patch: { tags: ['objects'], summary: 'Change' }, get: { tags: ['objects'], summary: 'Read' } },
    '/other': { post: { summary: 'Do' } },
  },
  components: { schemas: { Stub: { properties: { id: { type: 'string' } }, required: ['id'] }, Stop: { allOf: [{ $ref: '#/components/schemas/Stub' }, { properties: { note: { type: ['string', 'null'] } } }] } } },
};

test('operations stand under their tag, reads before changes', () => {
  expect(groupsOf(document, '').map(({ name, operations }) => [name, operations.map(({ method }) => method)])).toEqual([['objects', ['get', 'patch']], ['accounts', ['get']], ['other', ['post']]]);
  expect(groupsOf(document, 'who').map(({ name }) => name)).toEqual(['accounts']);
});

test('types are told in a few words', () => {
  expect(typeText({ type: 'string', format: 'date' })).toBe('string (date)');
  expect(typeText({ type: ['string', 'null'] })).toBe('string or null');
  expect(typeText({ type: 'array', items: { $ref: '#/components/schemas/Row' } })).toBe('list of Row');
  expect(typeText({ oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/Person' }] })).toBe('Person or null');
  expect(typeText({ type: 'string', enum: ['met', 'missed'] })).toBe('met | missed');
  expect(typeText({ type: 'object', additionalProperties: { type: 'integer' } })).toBe('map of integer');
});

test('limits are told as a reader needs them', () => {
  expect(limitsOf({ minLength: 1, maxLength: 200 })).toBe('1 to 200 characters');
  expect(limitsOf({ maximum: 1000 })).toBe('at most 1000');
  expect(limitsOf({ minimum: 0 })).toBe('');
});

test('fields that are taken over stand first', () => {
  expect(propertiesOf(document, { $ref: '#/components/schemas/Stop' }).map(({ name, required }) => [name, required])).toEqual([['id', true], ['note', false]]);
  expect(namedIn({ type: 'array', items: { anyOf: [{ $ref: '#/a/Stub' }, { $ref: '#/a/Stop' }] } })).toEqual(['Stub', 'Stop']);
});
