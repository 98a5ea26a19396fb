print("promoted")
