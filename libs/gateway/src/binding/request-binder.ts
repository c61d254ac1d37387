import type { IncomingHttpHeaders } from 'node:http';
import {
  type HttpPlace,
  type MethodSchema,
  requestFields,
  type Schema,
} from '@nestjs-thrift/idl/http';
import { setEntry } from '@nestjs-thrift/codec/internal';
import { PairsError, queryOf, type TextsByName } from '../request/pairs.js';
import { jsonObjectOf, parseBody, type RequestBody } from '../request/request-body.js';
import { BindingRun, InvalidRequestError } from '../values/binding-run.js';
import { failUnknown, ValueReaders, type ValueReaderOptions } from '../values/value-readers.js';
import { fieldBinder, type FieldBinder, type ParsedRequest } from './field-binder.js';

/** How requests are bound. */
export interface BindingOptions extends ValueReaderOptions {
  /** Whether fields that name a place are also read from the body, under their own names. */
  readonly bodyFallback: boolean;
}

/** A request as it came. */
export interface UnboundRequest {
  readonly verb: string;
  /** Path with query, as the client sent it. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values of headers in turn. */
  readonly rawHeaders: readonly string[];
  /** The value of a parameter of the path; `undefined` if the route has none of the name. */
  readonly pathValue: (name: string) => string | undefined;
}

/** The arguments of a method, by the names of its parameters. */
export type BoundArguments = Record<string, unknown>;

/** Verbs whose requests have their values in the query. */
const QUERY_VERBS: readonly string[] = ['GET', 'HEAD', 'DELETE', 'OPTIONS'];
const NOTHING: Uint8Array = Buffer.alloc(0);
const NO_BODY: RequestBody = { kind: 'none' };
const NO_QUERY: TextsByName = new Map();

/** Turns requests of one method into its arguments. */
export class RequestBinder {
  readonly #inQuery: FieldPlan;
  readonly #inBody: FieldPlan;

  constructor(
    method: MethodSchema,
    schema: Schema,
    readers: ValueReaders,
    options: BindingOptions,
  ) {
    this.#inQuery = new FieldPlan(method, schema, readers, options, ['query', 'body']);
    this.#inBody = new FieldPlan(method, schema, readers, options, ['body']);
  }

  /** Whether anything in the arguments comes from the body of a request. */
  needsBody(verb: string): boolean {
    return this.#planOf(verb).needsBody;
  }

  /**
   * The arguments that a request stands for.
   *
   * @param bytes the body, if {@link RequestBinder.needsBody} is set
   * @returns a promise for multipart bodies alone
   * @throws InvalidRequestError with all that is wrong, UnsupportedMediaTypeError for a body that cannot be read.
   */
  bind(
    request: UnboundRequest,
    bytes: Uint8Array = NOTHING,
  ): BoundArguments | Promise<BoundArguments> {
    const plan = this.#planOf(request.verb);
    const body = plan.needsBody ? parseBody(bytes, request.headers, plan.readsBytes) : NO_BODY;
    return body instanceof Promise
      ? body.then((parsed) => plan.bind(request, parsed, bytes))
      : plan.bind(request, body, bytes);
  }

  /**
   * The arguments that a line of a body of JSON lines stands for; what the lines do not have comes from the rest of the request.
   *
   * @throws InvalidRequestError with all that is wrong.
   */
  bindLine(request: UnboundRequest, line: Uint8Array): BoundArguments {
    return this.#inBody.bind(request, { kind: 'json', object: jsonObjectOf(line) }, line);
  }

  #planOf(verb: string): FieldPlan {
    return QUERY_VERBS.includes(verb) ? this.#inQuery : this.#inBody;
  }
}

/** The fields of the requests of a method, for some verbs. */
class FieldPlan {
  readonly needsBody: boolean;
  readonly readsBytes: boolean;
  readonly #readsQuery: boolean;
  readonly #binders: readonly FieldBinder[];
  /** Name of the one parameter whose fields they are; `undefined` if they are the parameters. */
  readonly #parameter: string | undefined;
  readonly #isUnion: boolean;
  /** Keys of a body that are fields; `undefined` if others are ignored. */
  readonly #bodyKeys: ReadonlySet<string> | undefined;

  constructor(
    method: MethodSchema,
    schema: Schema,
    readers: ValueReaders,
    { bodyFallback, unknownFields }: BindingOptions,
    defaultPlaces: readonly HttpPlace[],
  ) {
    const { fields, struct, parameter } = requestFields(method, schema);
    this.#parameter = parameter;
    this.#isUnion = struct?.kind === 'union';
    this.#binders = fields.map((field) =>
      fieldBinder(field, readers, { defaultPlaces, bodyFallback }),
    );
    const bodyKeys = this.#binders.flatMap((binder) => binder.bodyKeys);
    this.readsBytes = this.#binders.some((binder) => binder.readsBytes);
    this.#readsQuery = this.#binders.some((binder) => binder.readsQuery);
    this.needsBody = this.readsBytes || bodyKeys.length > 0;
    this.#bodyKeys = unknownFields === 'reject' ? new Set(bodyKeys) : undefined;
  }

  bind(request: UnboundRequest, body: RequestBody, bytes: Uint8Array): BoundArguments {
    const { target, rawHeaders, pathValue } = request;
    const query = this.#readsQuery ? queryFrom(target) : NO_QUERY;
    const parsed: ParsedRequest = { target, query, rawHeaders, pathValue, body, bytes };
    const run = new BindingRun();
    if (this.#bodyKeys !== undefined && body.kind === 'json') {
      run.enter('');
      failUnknown(body.object, this.#bodyKeys, run);
    }
    const fields = this.#isUnion ? this.#bindUnion(parsed, run) : this.#bindAll(parsed, run);
    run.throwIfFailed();
    return this.#parameter === undefined ? fields : { [this.#parameter]: fields };
  }

  #bindAll(request: ParsedRequest, run: BindingRun): BoundArguments {
    const values: BoundArguments = {};
    for (const binder of this.#binders) {
      setEntry(values, binder.name, bound(binder, request, run));
    }
    return values;
  }

  #bindUnion(request: ParsedRequest, run: BindingRun): BoundArguments {
    const present = this.#binders.filter((binder) => binder.isPresent(request));
    const [only] = present;
    const values: BoundArguments = {};
    if (only === undefined || present.length > 1) {
      run.enter('request');
      run.fail('one field of the union expected');
    } else {
      setEntry(values, only.name, bound(only, request, run));
    }
    return values;
  }
}

/** Headers and cookies are texts too, whose bytes may be wrong. */
function bound(binder: FieldBinder, request: ParsedRequest, run: BindingRun): unknown {
  try {
    return binder.bind(request, run);
  } catch (error) {
    if (error instanceof PairsError) {
      return run.fail(error.message);
    }
    throw error;
  }
}

function queryFrom(target: string): TextsByName {
  try {
    return queryOf(target);
  } catch (error) {
    if (error instanceof PairsError) {
      throw new InvalidRequestError([{ place: 'query', message: error.message }], 1);
    }
    throw error;
  }
}
