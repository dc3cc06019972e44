import type { Field } from "../odoo/mod.ts";
import { visible } from "./text.ts";

/** A field as callers see it. What is absent is as usual: not required, stored, found by a domain. */
export interface FieldDescription {
  name: string;
  label: string;
  type: string;
  required?: true;
  /** Computed at each read: such a field can't be sorted or grouped by. */
  computed?: true;
  /** False where a domain can't use it. */
  searchable?: boolean;
  relation?: string;
  inverse?: string;
  /** Labels by value, in display order. */
  selection?: { [value: string]: string };
  /** Values that are not shown. */
  selection_more?: number;
  currency_field?: string;
  /** Odoo's advice to its own forms; a draft may well accept it. */
  readonly?: boolean;
  sortable?: boolean;
  groupable?: boolean;
  depends?: string[];
  help?: string;
}

/** How many values of a selection are shown unless the field was named. */
const SHOWN_VALUES = 8;

/** A field in a few words, for lists. */
export function briefly(field: Field): FieldDescription {
  const { name, label, type, relation, selection } = field;
  return {
    name,
    label: visible(label),
    type,
    ...(field.required && { required: true }),
    ...(!field.stored && !field.sortable && { computed: true }),
    ...(!field.searchable && { searchable: false }),
    ...(relation !== undefined && { relation }),
    ...(selection !== undefined && { selection: labels(selection.slice(0, SHOWN_VALUES)) }),
    ...(selection !== undefined && selection.length > SHOWN_VALUES &&
      { selection_more: selection.length - SHOWN_VALUES }),
  };
}

/** Everything that is known of a field. */
export function inFull(field: Field): FieldDescription {
  const { selection_more: _, ...rest } = briefly(field);
  return {
    ...rest,
    searchable: field.searchable,
    sortable: field.sortable,
    groupable: field.groupable,
    readonly: field.readonly,
    ...(field.selection !== undefined && { selection: labels(field.selection) }),
    ...(field.currencyField !== undefined && { currency_field: field.currencyField }),
    ...(field.inverse !== undefined && { inverse: field.inverse }),
    ...(field.depends.length > 0 && { depends: field.depends }),
    ...(field.help !== "" && { help: visible(field.help) }),
  };
}

function labels(selection: [string, string][]): { [value: string]: string } {
  return Object.fromEntries(selection.map(([value, label]) => [value, visible(label)]));
}
