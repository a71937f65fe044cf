type Child = Node | string | false | undefined

/** Makes an element. Text is always text: nothing of a proof, a paper or an answer is ever read as HTML. */
export function element(tag: string, attributes: Record<string, string> = {}, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter((child): child is Node | string => child !== false && child !== undefined))
  return made
}

/** The element with this id. @throws {RangeError} when the page lacks it. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new RangeError(`the page has no element ${id}`)
  return found
}
