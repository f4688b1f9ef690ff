export type { Container, ContainerWindow } from './ports/detect-container.js';
export { detectContainer } from './ports/detect-container.js';
