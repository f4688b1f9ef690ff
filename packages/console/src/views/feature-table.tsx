import type { FeatureCatalog, FeatureEntry, FeatureReading } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatReading, formatWindow } from '../format/feature.js';

export interface FeatureTableProps {
  readonly catalog: FeatureCatalog;
  /** Of one subject; without it the table says what there is. */
  readonly readings: readonly FeatureReading[] | undefined;
}

/** Features by group, each with what it is; of a subject, with its value and who reckoned it. */
export function FeatureTable({ catalog, readings }: FeatureTableProps): VNode {
  const byName = readings && new Map(readings.map((reading) => [reading.name, reading]));
  const shown = (features: readonly FeatureEntry[]) =>
    byName ? features.filter(({ name }) => byName.has(name)) : features;
  return (
    <div class="feature-scroll">
      <table class="feature-table">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            {byName ? (
              <th scope="col" class="is-number">
                Value
              </th>
            ) : (
              <th scope="col">Of</th>
            )}
            <th scope="col">Unit</th>
            <th scope="col">Window</th>
            <th scope="col">What it is</th>
          </tr>
        </thead>
        {catalog.groups
          .filter(({ features }) => shown(features).length > 0)
          .map(({ title, features }) => (
            <tbody key={title}>
              <tr class="feature-group">
                <th colSpan={5} scope="rowgroup">
                  {title}
                </th>
              </tr>
              {shown(features).map((feature) => (
                <FeatureRow key={feature.name} feature={feature} reading={byName?.get(feature.name)} />
              ))}
            </tbody>
          ))}
      </table>
    </div>
  );
}

function FeatureRow({
  feature,
  reading,
}: {
  readonly feature: FeatureEntry;
  readonly reading: FeatureReading | undefined;
}): VNode {
  return (
    <tr data-test="feature" data-feature={feature.name}>
      <th scope="row">{feature.name}</th>
      {reading === undefined ? (
        <td>{feature.kinds.join(', ')}</td>
      ) : (
        <td class={reading.value === null ? 'is-number is-nothing' : 'is-number'}>{formatReading(reading)}</td>
      )}
      <td>{feature.unit}</td>
      <td>{formatWindow(feature.windowMs)}</td>
      <td class="feature-meaning">
        {feature.definition} <span class="feature-source">{sourceOf(feature, reading)}</span>
      </td>
    </tr>
  );
}

function sourceOf({ source }: FeatureEntry, reading: FeatureReading | undefined): string {
  return reading?.computedIn === 'memory' ? `${source}; from memory` : source;
}
