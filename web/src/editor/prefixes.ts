/** Prefixes that a query uses and does not declare, among those that the service knows. */

import { code, declared } from "./suggestions";

/** Their names with their namespaces, in the order of their use. */
export function undeclared(query: string, known: Record<string, string>): Record<string, string> {
  const own = declared(query);
  const found: Record<string, string> = {};
  const text = code(query).replace(/<[^<>]*>/g, " ").replace(/\bPREFIX\s+[\w-]*:/gi, " ");
  for (const [, prefix = ""] of text.matchAll(/(?<![\w?$:.-])([A-Za-z][\w-]*):/g)) {
    const namespace = known[prefix];
    if (namespace !== undefined && !(prefix in own)) found[prefix] = namespace;
  }
  return found;
}
