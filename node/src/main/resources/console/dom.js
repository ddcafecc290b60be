// The little that is needed to keep a page up to date without redrawing it: what has not changed is
// not touched, so focus, selection and scroll position stay. All text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** The element of that id; it is in index.html. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element with a class and children. */
export function el(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  element.append(...children);
  return element;
}

/** A new SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function setText(element, text) {
  const value = String(text);
  if (element.textContent !== value) {
    element.textContent = value;
  }
}

/** Sets an attribute; null takes it away. */
export function setAttribute(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value);
  }
}

export function setClass(element, className) {
  if (element.className !== className) {
    element.className = className;
  }
}

/**
 * Makes the children of an element match a list: one child an item, found again by its key, in the
 * list's order.
 *
 * @param key of an item, unique in the list
 * @param create makes the view of a new item: an object with an `element`
 * @param update brings a view up to date with its item
 */
export function keyed(parent, items, key, create, update) {
  const views = (parent.views ??= new Map());
  const present = new Set(items.map(key));
  for (const [name, view] of views) {
    if (!present.has(name)) {
      view.element.remove();
      views.delete(name);
    }
  }
  items.forEach((item, index) => {
    const name = key(item);
    let view = views.get(name);
    if (!view) {
      view = create(item);
      views.set(name, view);
    }
    if (parent.children[index] !== view.element) {
      parent.insertBefore(view.element, parent.children[index] ?? null);
    }
    update(view, item);
  });
}

/** A list of plain sentences. */
export function sentences(parent, texts) {
  const numbered = texts.map((text, index) => ({ text, index }));
  keyed(
    parent,
    numbered,
    (item) => item.index,
    () => ({ element: el("li") }),
    (view, item) => setText(view.element, item.text),
  );
}
