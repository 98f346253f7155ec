/** `spec.skipper`: which fleet is meant, and how its Skippers are told where to read. */
import { objectName, type Schema } from './kit.ts';

const wiring: Schema = {
  title: 'Wiring',
  description:
    "How Skipper's settings are changed. Args: the operator edits the container's args and restores them byte for byte. ConfigFile: the Deployment mounts the ConfigMap `configMapName` with -config-file and the operator writes that ConfigMap, so that Git keeps the Deployment to itself.",
  type: 'string',
  enum: ['Args', 'ConfigFile'],
  default: 'Args',
};

export const skipperSchema: Schema = {
  title: 'SkipperSpec',
  description:
    'The Skipper fleet that this object controls. Cannot change while status.effectiveMode is Pre or Exec: Skippers of the old fleet would be left with a route server that goes away.',
  type: 'object',
  required: ['deploymentRef'],
  properties: {
    deploymentRef: {
      title: 'DeploymentRef',
      description: "Skipper's Deployment, in the namespace of this object.",
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      required: ['name'],
      properties: {
        name: objectName('Name of the Deployment. Absent from the cluster: Stalled, reason SkipperNotFound.'),
      },
    },
    containerName: {
      description:
        "Name of Skipper's container in the pod. Unset: the container called skipper, else the only container. None or several fit: Stalled, reason ContainerNotFound.",
      type: 'string',
      minLength: 1,
      maxLength: 63,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    },
    wiring,
    configMapName: objectName(
      'The ConfigMap that the Deployment mounts, for wiring ConfigFile. Required with ConfigFile, refused with Args.',
    ),
    settings: {
      description:
        "Skipper's settings while it reads from the Kubernetes API itself, as YAML of its -config-file, for wiring ConfigFile: the data-client settings, and others if you like. The operator writes them to the ConfigMap `configMapName`, with what a route server needs in place of the data client once Skipper is moved. A changed text restarts the Skippers. Required with ConfigFile, refused with Args.",
      type: 'string',
      minLength: 1,
      maxLength: 65536,
    },
    clusterDomain: {
      description:
        "The cluster's DNS domain, used in the URL from which Skippers read: http://<service>.<namespace>.svc.<clusterDomain>/routes.",
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      default: 'cluster.local',
    },
    supportPort: {
      description: "Port of Skipper's support listener, where it shows the table that it applied.",
      type: 'integer',
      format: 'int32',
      minimum: 1,
      maximum: 65535,
      default: 9911,
    },
  },
  'x-kubernetes-validations': [
    {
      rule: "self.wiring != 'ConfigFile' || has(self.configMapName)",
      message: 'wiring ConfigFile needs configMapName: the ConfigMap that the Deployment mounts with -config-file',
      reason: 'FieldValueRequired',
      fieldPath: '.configMapName',
    },
    {
      rule: "(self.wiring == 'ConfigFile') == has(self.settings)",
      message: "settings are Skipper's own settings for wiring ConfigFile: required with it, refused with Args",
      fieldPath: '.settings',
    },
    {
      rule: "self.wiring == 'ConfigFile' || !has(self.configMapName)",
      message: 'configMapName is for wiring ConfigFile; with wiring Args leave it out',
      reason: 'FieldValueForbidden',
      fieldPath: '.configMapName',
    },
  ],
};
