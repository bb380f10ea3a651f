/** A query in the usual layout: a clause or a statement to a line, groups set in. Only white space changes. */

const TOKENS =
  /(?<space>\s+)|(?<comment>#[^\n]*)|<[^<>"{}|^`\\\s]*>|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|@[A-Za-z-]+|[?$]\w+|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*(?::(?:[\p{L}\p{N}_:%\\-]|\.(?=[\p{L}\p{N}_]))*)?|:(?:[\p{L}\p{N}_:%\\-]|\.(?=[\p{L}\p{N}_]))*|\^\^|&&|\|\||[<>!]=|[\s\S]/gu;
const CLAUSES = /^(?:PREFIX|BASE|SELECT|CONSTRUCT|ASK|DESCRIBE|FROM|WHERE|GROUP|HAVING|ORDER|LIMIT|VALUES)$/i;
const WITHIN = /^(?:OPTIONAL|FILTER|BIND|MINUS|GRAPH|SERVICE|VALUES|SELECT|WHERE|GROUP|HAVING|ORDER|LIMIT)$/i;
const STEP = "  ";

/** The texts of a query's tokens, white space left out. */
export function words(query: string): string[] {
  return [...query.matchAll(TOKENS)].filter((one) => !one.groups?.space).map(([text]) => text);
}

/** The query laid out anew; its words are the same, in the same order. */
export function formatted(query: string): string {
  let text = "";
  let line = "";
  const closers: string[] = []; // of the brackets that are open
  let gap = ""; // white space before this word, as it was written
  let continued = false; // the line goes on with the subject of the one before
  let last = "";
  const end = (): void => {
    if (line.trim()) {
      const dedented = /^[}]/.test(line) ? 1 : 0;
      const groups = closers.filter((one) => one === "}").length + dedented - (line.endsWith("{") ? 1 : 0);
      text += `${STEP.repeat(Math.max(groups - dedented, 0) + (continued && !dedented ? 1 : 0))}${line.trim()}\n`;
    }
    line = "";
  };
  for (const { 0: word, groups } of query.matchAll(TOKENS)) {
    if (groups?.space) {
      gap = word;
      continue;
    }
    const inline = closers.at(-1) === ")" || closers.at(-1) === "]"; // expressions stay on their line
    const upper = word.toUpperCase();
    const written: string = gap;
    gap = "";
    if (groups?.comment) {
      const goesOn: boolean = continued;
      end();
      const beside = text !== "" && !written.includes("\n"); // a comment on the line of what it is about
      text = beside ? `${text.replace(/\n$/, "")} ${word}\n` : text;
      line = beside ? "" : word;
      end();
      continued = goesOn;
      last = word;
      continue;
    }
    const clause = closers.length ? WITHIN.test(word) : CLAUSES.test(word);
    const follows = upper === "WHERE" && /^(?:SELECT|CONSTRUCT|ASK)\b[^{]*$/i.test(line) && line.length < 80;
    if (clause && !inline && !follows && !(upper === "VALUES" && last === "")) {
      end();
      if (!/^(?:BIND|FILTER)$/.test(upper) || last === ".") continued = false;
    }
    if (word === "{" && line === "}") end();
    if (word === "}") {
      end();
      closers.pop();
      continued = false;
      line = "}";
    } else {
      const tight = !written && last !== "" && !/^[{}.;]$/.test(last) && !/^[{}.;]$/.test(word);
      line += !line.trim() || tight || (inline && word === ")" && !written) ? word : ` ${word}`;
      if (word === ")" || word === "]") closers.pop();
    }
    if (word === "{") {
      closers.push("}");
      end();
      continued = false;
    } else if (word === "(") closers.push(")");
    else if (word === "[") closers.push("]");
    else if ((word === "." || word === ";") && !inline) {
      const goesOn = word === ";";
      end();
      continued = goesOn;
    }
    last = word;
  }
  end();
  return text.replace(/((?:^(?:PREFIX|BASE)\b[^\n]*\n)+)(?=\S)/im, "$1\n");
}
