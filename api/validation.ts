import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import { Type, type TSchema } from '@fastify/type-provider-typebox'
import { Compile } from 'typebox/compile'

/**
 * Checks what comes in against a route's schema. Addresses and queries are text, so whole numbers are read there, written as
 * people write them: TypeBox's own conversion would take 1.5 for 1 and "true" for 1.
 */
export const validate: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const checker = Compile(schema)
  const numbers = httpPart === 'body' ? [] : integersOf(schema)
  return (value: unknown) => {
    const read = numbers.length > 0 ? withNumbers(value, numbers) : value
    if (checker.Check(read)) return { value: read }
    return { error: checker.Errors(read) as FastifySchemaValidationError[] }
  }
}

function integersOf(schema: TSchema): string[] {
  if (!Type.IsObject(schema)) return []
  return Object.entries(schema.properties).filter(([, property]) => Type.IsInteger(property)).map(([name]) => name)
}

function withNumbers(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const read: Record<string, unknown> = { ...value }
  for (const name of names) {
    const text = read[name]
    if (typeof text === 'string' && /^(0|[1-9]\d{0,15})$/.test(text)) read[name] = Number(text)
  }
  return read
}
