/** Several queries at once, as tabs, kept by the browser from one visit to the next. */

import { words } from "./words";

export interface Tab {
  id: string;
  name: string;
  text: string;
}

const KEY = "digiterr-queries";
const MOST = 20;

export class Tabs {
  readonly element = document.createElement("div");
  private readonly list = document.createElement("div");
  private tabs: Tab[] = [];
  private active = 0;

  /** `opened`: the query of the page, and what it is called. `changed`: a tab came forward. */
  constructor(
    opened: string | null,
    name: string | undefined,
    beginning: string,
    private readonly changed: () => void,
  ) {
    ({ tabs: this.tabs, active: this.active } = stored());
    const same = this.tabs.findIndex((tab) => tab.text.trim() === opened?.trim());
    if (opened !== null && same >= 0) this.active = same;
    else if (opened !== null || this.tabs.length === 0) this.append(opened ?? beginning, name);
    this.element.className = "tabs";
    this.list.setAttribute("role", "tablist");
    this.list.setAttribute("aria-label", words.tabs);
    this.list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      this.show((this.active + step + this.tabs.length) % this.tabs.length);
      this.list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    });
    this.element.append(
      this.list,
      this.button("+", words.newTab, () => {
        this.append(beginning);
        this.show(this.active);
      }),
      this.button("×", words.closeTab, () => {
        this.tabs.splice(this.active, 1);
        if (this.tabs.length === 0) this.append(beginning);
        this.show(Math.min(this.active, this.tabs.length - 1));
      }),
    );
    addEventListener("storage", (event) => {
      if (event.key === KEY) this.follow();
    });
    this.draw();
  }

  /** The tab in front: there is always one. */
  get current(): Tab {
    return this.tabs[this.active] as Tab;
  }

  /** Note what the active tab holds now. */
  write(text: string): void {
    this.current.text = text;
    this.keep();
  }

  /** Open a text in a tab of its own, or bring forward the one that holds it. */
  open(text: string, name?: string): void {
    const same = this.tabs.findIndex((tab) => tab.text.trim() === text.trim());
    if (same < 0) this.append(text, name);
    this.show(same < 0 ? this.active : same);
  }

  private append(text: string, name?: string): void {
    const taken = new Set(this.tabs.map((tab) => tab.name));
    let number = this.tabs.length + 1;
    while (taken.has(`${words.tab} ${number}`)) number += 1;
    this.tabs.push({ id: newId(), name: name ?? `${words.tab} ${number}`, text });
    if (this.tabs.length > MOST) this.tabs.shift();
    this.active = this.tabs.length - 1;
    this.keep();
  }

  private show(index: number): void {
    this.active = index;
    this.draw();
    this.keep();
    this.changed();
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.tabs.map((tab, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.role = "tab";
        button.id = `tab-${index}`;
        button.textContent = tab.name;
        button.setAttribute("aria-selected", String(index === this.active));
        button.setAttribute("aria-controls", "query-panel");
        button.tabIndex = index === this.active ? 0 : -1;
        button.addEventListener("click", () => {
          this.show(index);
        });
        return button;
      }),
    );
    document.getElementById("query-panel")?.setAttribute("aria-labelledby", `tab-${this.active}`);
  }

  private button(sign: string, name: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    return button;
  }

  /** Another window has written: take its tabs, but leave the one in front here as it is. */
  private follow(): void {
    const front = this.current;
    const written = stored().tabs;
    if (written.length === 0) return;
    this.tabs = written.map((tab) => {
      const held = this.tabs.find((one) => one.id === tab.id);
      if (!held) return tab;
      return held === front ? held : Object.assign(held, tab); // answers are kept by tab
    });
    if (!this.tabs.includes(front)) this.tabs.push(front);
    this.active = this.tabs.indexOf(front);
    this.draw();
  }

  private keep(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ tabs: this.tabs, active: this.active }));
    } catch {
      // no room, or storage is closed: the tabs live as long as the page
    }
  }
}

/** What the browser holds; nothing where something else wrote it, or storage is closed. */
function stored(): { tabs: Tab[]; active: number } {
  try {
    const { tabs = [], active = 0 } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as { tabs?: Partial<Tab>[]; active?: number };
    const whole = tabs.flatMap(({ id = newId(), name, text }) =>
      typeof text === "string" && typeof name === "string" ? [{ id, name, text }] : [],
    );
    return { tabs: whole, active: Math.max(0, Math.min(active, whole.length - 1)) };
  } catch {
    return { tabs: [], active: 0 };
  }
}

function newId(): string {
  return Math.random().toString(36).slice(2);
}
