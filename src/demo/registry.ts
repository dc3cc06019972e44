import { COMMON_FIELDS, isSearchable, isStored } from "./field.ts";
import type { FieldDefinition, ModelDefinition } from "./model.ts";
import { ACTIVITY_MODELS } from "./models/activity.ts";
import { BASE_MODELS } from "./models/base.ts";
import { CRM_MODELS } from "./models/crm.ts";
import { LOST_WIZARD } from "./models/lost_wizard.ts";
import { MESSAGE_MODELS } from "./models/message.ts";
import { PARTNER_MODELS } from "./models/partner.ts";
import { PRODUCT_MODELS } from "./models/product.ts";
import { SALE_MODELS } from "./models/sale.ts";
import { TECHNICAL_MODELS } from "./models/technical.ts";

const WRITTEN: readonly ModelDefinition[] = [
  ...[...BASE_MODELS, ...PARTNER_MODELS, ...PRODUCT_MODELS, ...CRM_MODELS, ...SALE_MODELS],
  ...[...ACTIVITY_MODELS, ...MESSAGE_MODELS, LOST_WIZARD, ...TECHNICAL_MODELS],
];

/** Every model of the demo company by name, with the fields that all models have and those it inherits. */
export const MODELS: ReadonlyMap<string, ModelDefinition> = new Map(
  WRITTEN.map((definition) => [definition.model, {
    ...definition,
    fields: { ...inheritedFields(definition), ...COMMON_FIELDS, ...definition.fields },
  }]),
);

function inheritedFields({ inherits }: ModelDefinition): Record<string, FieldDefinition> {
  if (inherits === undefined) return {};
  const parent = WRITTEN.find((definition) => definition.model === inherits.model)!;
  return Object.fromEntries(
    Object.entries(parent.fields).map(([name, { compute: _, default: __, inverse: ___, ...field }]) => {
      const path = `${inherits.by}.${name}`;
      return [name, { ...field, related: path, ...seen(parent.fields[name]!), store: false, depends: [path] }];
    }),
  );
}

/** What is computed at each read in the inherited model can be neither searched nor sorted in this one. */
function seen(field: FieldDefinition): Partial<FieldDefinition> {
  return { inherited: isStored(field), searchable: isSearchable(field) };
}
