union Choice {
  1: string name
}
