"""The wing that faces the internet: seals, keeps, delivers, forgets; opens no store."""
