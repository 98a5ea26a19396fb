print("sound")
