struct Item {
  1: required string name
}

/** Named as variables of codecs are. */
exception value {
  1: required Item input
}

exception result {
  1: optional value value
}
