import type { Attack } from '../arena/attack.js';
import { backPressure } from './back-pressure.js';
import { boundedEcho } from './bounded-echo.js';
import { callersGone } from './callers-gone.js';
import { decodeBombClient } from './decode-bomb-client.js';
import { decodeBombs } from './decode-bombs.js';
import { foreignBytes } from './foreign-bytes.js';
import { halfOpenConnection } from './half-open-connection.js';
import { hashFloodClient } from './hash-flood-client.js';
import { hashFloods } from './hash-flood.js';
import { headOfLine } from './head-of-line.js';
import { killedInstance } from './killed-instance.js';
import { lifecycle } from './lifecycle.js';
import { onewayAtClose } from './oneway-at-close.js';
import { onewayCallerLeaves } from './oneway-caller-leaves.js';
import { ordinaryLarge } from './ordinary-large.js';
import { oversizeBytes } from './oversize-bytes.js';
import { oversizeCalls } from './oversize-calls.js';
import { refusedAddress } from './refused-address.js';
import { requestContext } from './request-context.js';
import { resetBeforeWrite } from './reset-before-write.js';
import { sharedSignal } from './shared-signal.js';
import { smallValuePinsMessage } from './small-value-pins-message.js';
import { throwingCallbacks } from './throwing-callbacks.js';
import { unfinishedMessages } from './unfinished-messages.js';
import { unfinishedReplies } from './unfinished-replies.js';
import { unreadReplies } from './unread-replies.js';
import { vanishedHost } from './vanished-host.js';

/** All attacks, in the order of the kinds of harm. */
export const attacks: readonly Attack[] = [
  ...hashFloods,
  hashFloodClient,
  ...decodeBombs,
  decodeBombClient,
  ...ordinaryLarge,
  unfinishedMessages,
  unfinishedReplies,
  ...boundedEcho,
  halfOpenConnection,
  vanishedHost,
  ...oversizeCalls,
  ...oversizeBytes,
  ...headOfLine,
  sharedSignal,
  ...onewayAtClose,
  ...backPressure,
  ...unreadReplies,
  resetBeforeWrite,
  killedInstance,
  ...refusedAddress,
  ...requestContext,
  ...onewayCallerLeaves,
  ...callersGone,
  ...lifecycle,
  ...throwingCallbacks,
  ...foreignBytes,
  smallValuePinsMessage,
];
